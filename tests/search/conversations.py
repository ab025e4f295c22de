"""Invented pages of confusable works, and conversations about them, each with the work that its last question is about.

The works come in families of four on one subject. A case's `wanted` is the work's name, which begins its title.
"""

from __future__ import annotations

from dataclasses import dataclass

from rag.schema import Turn

FAMILIES = """
Brisk: Curvature Steps for Language Models | Ada Brook, Ben Stone | Mar 3, 2023 | Brisk estimates the diagonal of \
the Hessian every ten steps and clips the update. It halves the number of steps that a language model of 1.3 billion \
parameters needs. Its memory use is that of plain momentum. On eight cards the pretraining takes 31 hours.
Pebble: Optimizing with Sparse Moments | Cy Rivers, Dana Holt | Jun 9, 2022 | Pebble keeps optimizer moments only \
for the largest gradients. It cuts the optimizer's memory by 60 percent and loses 0.2 points of accuracy on image \
classification. The authors release the code.
Drumlin: Optimizer States in Four Bits | Eva Lund, Finn Moor | Jan 20, 2024 | Drumlin quantizes the states of an \
optimizer to four bits with a blockwise scale. Translation models train as well as with 32 bits. On images it \
diverges unless the learning rate is warmed up for 2,000 steps.
Sundial: Learning Rates Without Schedules | Gil Hart, Ada Brook | Oct 2, 2021 | Sundial sets the learning rate of an \
optimizer from the distance travelled. It needs no schedule and matches a tuned cosine decay on 14 tasks. Its cost \
is one extra copy of the weights.
Clearview: Removing Haze from Satellite Images | Hana Oki, Ivo Petrov | May 5, 2022 | Clearview removes haze from \
satellite images taken at dawn by modelling the angle of the sun. It gains 2.1 decibels over dark channel priors. A \
satellite scene is processed in 0.4 seconds.
Mistral-Free: Dehazing Street Cameras | Jon Park, Kira Wolf | Aug 8, 2023 | Street cameras see fog that changes \
within seconds. Mistral-Free dehazes video with a recurrent filter of 90,000 weights. Detection of pedestrians in \
fog rises from 61 to 74 percent.
Lanternfish: Color Correction Under Water | Lea Marsh, Max Quill | Feb 14, 2020 | Lanternfish corrects the color of \
underwater photographs from a single depth map. Divers preferred its images in 83 percent of the pairs. It fails in \
turbid rivers.
Smokescreen: Seeing Through Wildfire Smoke | Nia Ross, Otto Sand | Sep 1, 2024 | Smokescreen fuses infrared and \
visible frames to see through wildfire smoke. It was tested in three forests. Fire fronts are located within 12 \
metres.
Syllabary: A Tokenizer for Languages Without Spaces | Pia Tong, Quin Usher | Apr 11, 2021 | Syllabary splits text at \
syllables. For Thai and Khmer it shortens sequences by a third. Its vocabulary holds 12,000 pieces.
Bytewise: Language Models Without a Tokenizer | Rae Vance, Sol West | Nov 30, 2022 | Bytewise reads raw bytes and \
pools them in patches that grow with predictability. It is robust to typos. Inference is 1.4 times slower than with \
subwords.
Morpheus-T: Tokens That Follow Morphology | Tao Xu, Uma York | Jul 7, 2023 | Morpheus-T cuts words at morphemes for \
Finnish and Turkish. Perplexity per character falls by 6 percent. Training the segmenter takes twenty minutes on a \
laptop.
Shrinkwrap: Vocabulary Pruning for Small Models | Vera Zane, Walt Abel | Dec 12, 2023 | Shrinkwrap removes the \
pieces of a vocabulary that a domain never uses. Models lose 40 percent of their embedding weights. Accuracy on \
legal text stays the same.
Attic: Compressing the Key-Value Cache | Xia Bell, Yann Cole | Jan 15, 2024 | Attic stores old keys and values of \
attention in two bits and recent ones in full. The cache shrinks sevenfold at contexts of 64,000 tokens. Throughput \
doubles on one card.
Cellar: Evicting Tokens by Surprise | Zoe Dale, Abe Eames | Mar 22, 2024 | Cellar evicts from the key-value cache \
the tokens that surprised the model least. With a fifth of the cache it keeps 97 percent of the score on long \
question answering. It needs no training.
Pantry: Sharing Caches Between Requests | Bea Fox, Cal Gray | Apr 4, 2023 | Pantry shares the attention cache of \
common prefixes between requests. The time to the first token falls by 70 percent in a chat service. The scheduler \
is written in 900 lines.
Larder: Caches on Flash Memory | Dov Hill, Eli Ives | Oct 19, 2022 | Larder moves the attention cache of idle chats \
to flash memory. Ten times as many sessions fit on a server. Waking a session takes 80 milliseconds.
Breadcrumb: Navigation Without Maps | Fay Jay, Gus Kerr | May 17, 2021 | Breadcrumb lets a robot return by the views \
it dropped on the way. In forty houses it came back in every trial. The camera needs no calibration.
Compass-9: Outdoor Navigation by Skylines | Hal Low, Ida Moss | Jun 26, 2022 | Compass-9 locates a robot by the \
skyline. Its median error is 4 metres in towns and 19 in forests. It runs at 30 hertz on a phone.
Burrow: Robots in Collapsed Tunnels | Jed Nash, Kay Orr | Nov 3, 2023 | Burrow navigates tunnels with sonar and \
touch. The robot mapped 2.3 kilometres of a closed mine. Dust does not disturb it.
Ferryman: Crossing Crowds Politely | Lou Penn, Mia Rand | Feb 2, 2024 | Ferryman predicts where pedestrians will \
yield. Its robot crossed a station hall at rush hour 300 times without contact. People rated it more polite than a \
human cart driver.
Foldline: Protein Structures from Short Alignments | Ned Shaw, Oda Tate | Sep 9, 2021 | Foldline predicts protein \
structures from alignments of fewer than ten sequences. Its median error is 2.8 angstrom on orphan proteins. \
Training used 128 accelerators for eleven days.
Docksmith: Binding Poses in Milliseconds | Pat Urban, Rex Voss | Mar 13, 2023 | Docksmith predicts how small \
molecules bind to a protein. A pose takes 20 milliseconds. On unseen pockets 58 percent of the poses are right.
Enzymatica: Designing Catalysts by Diffusion | Sia Webb, Tom Yale | Aug 21, 2024 | Enzymatica designs enzymes with a \
diffusion model over backbones. Of 96 designs that were made in the laboratory 17 were active. The best works at 70 \
degrees.
Ribbon: Membrane Proteins Made Soluble | Una Zorn, Vic Ames | Dec 1, 2022 | Ribbon redesigns the surface of membrane \
proteins so that they dissolve. Function was kept in 9 of 14 cases. The sequence changes by 22 percent on average.
Whisperwind: Speech Recognition in Storms | Wes Blum, Xena Cobb | Jan 8, 2022 | Whisperwind recognizes speech in \
wind of up to 90 kilometres an hour. The word error rate falls from 41 to 18 percent. It was trained on invented \
storms.
Murmur: Speech from Neck Vibrations | Yves Dorn, Zack Eaton | Apr 27, 2023 | Murmur turns vibrations of the neck \
into speech. Listeners understood 88 percent of the sentences. The sensor costs nine euros.
Chorus: Separating Singers | Amy Ford, Bob Gale | Jul 30, 2020 | Chorus separates up to five singers from one \
microphone. It improves the signal ratio by 11 decibels. Canons remain hard.
Accentor: Recognition Across Accents | Cleo Hale, Dirk Inge | Oct 10, 2024 | Accentor adapts speech recognition to \
an accent from thirty seconds of audio. Errors fall by a quarter for 22 accents. No transcripts are needed.
Sealmark: Watermarks in Generated Text | Elle Judd, Fred Kane | Feb 20, 2023 | Sealmark hides a watermark in the \
choice of synonyms. It is found with 99 percent certainty after 200 words. Paraphrasing removes it in one case of \
eight.
Hallmark-V: Watermarks in Generated Video | Gwen Lamb, Hugo Mead | May 29, 2024 | Hallmark-V hides a watermark in \
the motion of generated video. It survives compression to a tenth. Viewers noticed nothing.
Signet: Fingerprints of Language Models | Iris Nye, Jack Orme | Aug 3, 2022 | Signet tells which language model \
wrote a text from the rhythm of its function words. Among twelve models it is right in 76 percent. Translation \
defeats it.
Turncoat: Removing Watermarks | Kim Page, Leo Rust | Nov 11, 2023 | Turncoat removes a watermark from a generated \
text by round trips through a small model. Of four schemes three are broken. The meaning is kept in 94 percent of \
the texts.
"""

WORKS = [tuple(part.strip() for part in line.split("|")) for line in FAMILIES.strip().splitlines()]
"""Title, authors, date and abstract of each."""


def pages() -> dict[str, str]:
    """Three saved pages in layouts that sites have: a listing, an author page of three lines a paper, a profile."""
    listing = "".join(f"{title}\n{text}\n" for title, _, _, text in WORKS[0::3])
    lines = "".join(f"LG{date}Code\n{title}{names} · hillside\n{text}\n" for title, names, date, text in WORKS[1::3])
    profile = "".join(
        f"CL{date}\n{title}\n\n{names} · lakeside\n\n{text}\n\n" for title, names, date, text in WORKS[2::3]
    )
    return {"listing.txt": f"Search\n{listing}", "lines.txt": lines, "profile.txt": profile}


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """Questions and answers, the last question, and the name of the work that it is about."""

    kind: str
    turns: tuple[Turn, ...]
    asked: str
    wanted: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.asked}"


def _read(kind: str, text: str) -> list[Conversation]:
    """Blocks of "Q", "A", …, "Q → wanted", a part a line; in an answer ↵ stands for a line feed."""
    found = []
    for block in text.strip().split("\n\n"):
        *said, last = block.splitlines()
        asked, _, wanted = last.partition(" → ")
        pairs = zip(said[::2], said[1::2], strict=True)
        turns = tuple(Turn(question, answer.replace("↵", "\n")) for question, answer in pairs)
        found.append(Conversation(kind=kind, turns=turns, asked=asked, wanted=wanted))
    return found


PRONOUNS = """
Which optimizer clips updates by the diagonal of the Hessian?
Brisk estimates the diagonal of the Hessian every ten steps and clips the update. [1]
How much memory does it use? → Brisk

Which method removes haze from satellite images taken at dawn?
Clearview removes haze from satellite images taken at dawn by modelling the angle of the sun. [1]
How long does it take per scene? → Clearview

Is there a tokenizer for languages without spaces?
Yes, Syllabary splits text at syllables. [1]
How large is its vocabulary? → Syllabary

Who evicts tokens from the cache by surprise?
Zoe Dale and Abe Eames, in Cellar.
How much of the score do they keep? → Cellar

Which robot finds its way through tunnels?
Burrow navigates tunnels with sonar and touch. [1]
Does dust disturb that? → Burrow

Can proteins be predicted from short alignments?
“Foldline: Protein Structures from Short Alignments” does so. [1]
Who wrote it? → Foldline

What turns vibrations of the neck into speech?
Murmur turns vibrations of the neck into speech. [1]
What does the sensor of this method cost? → Murmur

What hides watermarks in the choice of synonyms?
Sealmark hides a watermark in the choice of synonyms. [1]
When was it published? → Sealmark
"""

ELLIPSES = """
How much memory does Pebble save?
It cuts the optimizer's memory by 60 percent. [1]
And the accuracy on image classification? → Pebble

What error has Compass-9 in towns?
Its median error is 4 metres in towns. [1]
And in forests? → Compass

Which work shares caches of common prefixes between requests?
Pantry shares the attention cache of common prefixes between requests. [1]
Is the code available? → Pantry

How does Drumlin train translation models?
Translation models train as well as with 32 bits. [1]
What about images? → Drumlin

How does Whisperwind cope with storms?
The word error rate falls from 41 to 18 percent. [1]
Who are the authors? → Whisperwind

Does Docksmith find binding poses quickly?
A pose takes 20 milliseconds. [1]
And on unseen pockets? → Docksmith

How fast is Larder when it wakes a session?
Waking a session takes 80 milliseconds. [1]
What about Pantry? → Pantry

How does Chorus separate singers?
Chorus separates up to five singers from one microphone. [1]
Why? → Chorus

Which paper compresses the key-value cache into two bits?
Attic stores old keys and values of attention in two bits and recent ones in full. [1]
Throughput? → Attic
"""

LISTED = """
Which works deal with watermarks?
1. Sealmark: Watermarks in Generated Text↵2. Hallmark-V: Watermarks in Generated Video↵3. Turncoat: Removing Watermarks
Who wrote the second one? → Hallmark

Which works compress or evict the attention cache?
Attic stores old keys and values in two bits. [1] Cellar evicts the tokens that surprised the model least. [2]
How much of the score does the latter keep? → Cellar

Which optimizers save memory?
“Pebble: Optimizing with Sparse Moments” and “Drumlin: Optimizer States in Four Bits” do. [1][2]
On which tasks was the first one tested? → Pebble

Which robots find their way outdoors or below ground?
Compass-9, Burrow and Ferryman.
And the last one, does dust matter to it? → Ferryman

Which tokenizers follow the structure of words?
- Syllabary: A Tokenizer for Languages Without Spaces↵- Morpheus-T: Tokens That Follow Morphology
Which languages does the second of these handle? → Morpheus

What is there on proteins?
(1) Foldline, structures from short alignments; (2) Docksmith, binding poses; (3) Enzymatica, catalysts by diffusion.
How many designs of the third one were active? → Enzymatica

Which works see through haze or smoke?
Clearview removes haze from satellite images. [1] Smokescreen fuses infrared and visible frames. [2]
Where was number 2 tested? → Smokescreen

Which works recognize speech?
“Whisperwind” and “Accentor”. [1][2]
And the other paper? → Accentor
"""

CHAINS = """
Which optimizer clips updates by the diagonal of the Hessian?
Brisk does. [1]
How much memory does it use?
That of plain momentum. [1]
And how long does the pretraining take? → Brisk

Which method dehazes street cameras?
Mistral-Free dehazes video with a recurrent filter of 90,000 weights. [1]
Does it help detection?
Detection of pedestrians in fog rises from 61 to 74 percent. [1]
Who wrote it?
Jon Park and Kira Wolf. [1]
And when? → Mistral

Which works deal with watermarks?
1. Sealmark: Watermarks in Generated Text↵2. Hallmark-V: Watermarks in Generated Video↵3. Turncoat: Removing Watermarks
Who wrote the first one?
Elle Judd and Fred Kane. [1]
And the third one? → Turncoat

Which works deal with enzymes or membranes?
“Enzymatica: Designing Catalysts by Diffusion” and “Ribbon: Membrane Proteins Made Soluble”. [1][2]
How was the first one tested?
96 designs were made in the laboratory. [1]
How many of these were active? → Enzymatica

Which robot crosses crowds?
Ferryman predicts where pedestrians will yield. [1]
Which optimizer needs no schedule?
Sundial sets the learning rate of an optimizer from the distance travelled. [1]
What does it cost? → Sundial

Which tokenizer suits Finnish?
Morpheus-T cuts words at morphemes for Finnish and Turkish. [1]
What moves idle chats to flash memory?
Larder moves the attention cache of idle chats to flash memory. [1]
Who wrote the first paper we spoke of? → Morpheus

Which work tells the model that wrote a text?
Signet tells which language model wrote a text from the rhythm of its function words. [1]
How often is it right?
Among twelve models it is right in 76 percent. [1]
What defeats it?
Translation defeats it. [1]
Who are its authors? → Signet

What corrects the color of underwater photographs?
Lanternfish corrects the color of underwater photographs from a single depth map. [1]
Where does it fail?
It fails in turbid rivers. [1]
And what did divers think of that? → Lanternfish

Which work prunes vocabularies?
Shrinkwrap removes the pieces of a vocabulary that a domain never uses. [1]
Which works share or move caches?
“Pantry: Sharing Caches Between Requests” and “Larder: Caches on Flash Memory”. [1][2]
How fast does the second one wake a session?
Waking a session takes 80 milliseconds. [1]
And how many sessions fit on a server? → Larder
"""

SWITCHES = """
Which optimizer clips updates by the diagonal of the Hessian?
Brisk does. [1]
Which method removes haze from satellite images? → Clearview

How much memory does Pebble save?
It cuts the optimizer's memory by 60 percent. [1]
What is Sealmark? → Sealmark

Which robot finds its way through tunnels?
Burrow navigates tunnels with sonar and touch. [1]
Does Breadcrumb still work when its camera is not calibrated? → Breadcrumb

Which works deal with watermarks?
1. Sealmark↵2. Hallmark-V↵3. Turncoat
Who wrote Cellar? → Cellar

Is there a tokenizer for languages without spaces?
Yes, Syllabary splits text at syllables. [1]
And which work turns vibrations of the neck into speech? → Murmur

Which works see through haze or smoke?
Clearview removes haze. [1] Smokescreen fuses frames. [2]
How do robots cross crowds politely? → Ferryman

What error has Compass-9 in towns?
Its median error is 4 metres in towns. [1]
Which paper designs enzymes by diffusion? → Enzymatica

Which tokenizer suits Finnish?
Morpheus-T cuts words at morphemes. [1]
Perplexity?
It falls by 6 percent. [1]
When was Larder published? → Larder

Which work prunes vocabularies?
Shrinkwrap does. [1]
How many singers can be separated from one microphone? → Chorus

How does Whisperwind cope with storms?
The word error rate falls from 41 to 18 percent. [1]
Can membrane proteins be dissolved while they keep their function? → Ribbon

Which work tells the model that wrote a text?
Signet does. [1]
Which cameras see fog that changes within seconds? → Mistral

Does Docksmith find binding poses quickly?
A pose takes 20 milliseconds. [1]
caches on flash memory → Larder
"""

CONVERSATIONS = [
    *_read("pronoun", PRONOUNS),
    *_read("ellipsis", ELLIPSES),
    *_read("listed", LISTED),
    *_read("chain", CHAINS),
    *_read("switch", SWITCHES),
]
