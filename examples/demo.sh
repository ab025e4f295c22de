#!/usr/bin/env bash
# What `make demo` shows: reads the sample pages into a home that goes away again, asks, prints cited answers.
# Usage: examples/demo.sh FOLDER, the folder that holds the `rag` command.
set -euo pipefail

rag="${1:?usage: examples/demo.sh FOLDER}/rag"
questions=(
	"How many games of its match against Stockfish did AlphaZero win?" # a fact
	"How many parameters do BERT-Large and ViT-H/14 have?"              # needs two records
	"What is the boiling point of ethanol at sea level?"                # another field: declined
)

home="$(mktemp -d)"
trap 'rm -rf "$home"' EXIT
export RAG_HOME="$home"

echo "demo: reading the sample pages"
"$rag" --offline ingest --sample
for question in "${questions[@]}"; do
	printf '\n$ rag ask "%s"\n' "$question"
	"$rag" --offline ask --answerer extractive "$question"
done
cat <<EOF

Now your own pages: save listings of papers as text files, then
  $rag ingest FOLDER
  $rag ask "…"
\`$rag --help\` shows the rest: search, chat, list, show, and a language model for fluent answers.
EOF
