const shared = `  --json         one JSON object on stdout; progress goes to stderr either way
  --report DIR   writes DIR/index.html: figures, plots, names of failed files; no picture of anybody, no template
  --pack ID      a model pack of models/manifest.json (default: the first)
  --engines N    engines of one thread each, side by side (default: one a core)

Pictures: JPEG, PNG, WebP, TIFF, GIF (first frame), HEIF; any size up to 8192x8192 pixels, EXIF orientation, grey,
16-bit, CMYK or with transparency. The longer side is shrunk to 1920. A file that cannot be read is counted and named.
A picture without a face is a failure to acquire: its comparisons score -1 and count. Nothing is written but the report.`

export const evaluateHelp = `facelane evaluate verification | identification | pad   [--json] [--report DIR]

  verification    are two pictures the same person? pairs -> EER, TMR at FMR, accuracy
  identification  who of the gallery is it? gallery and probes -> rank-1, FNIR at FPIR
  pad             is it a person or a picture of one? -> APCER, BPCER

Measures the face engine on your own pictures. Each has --help.`

const verification = `facelane evaluate verification --pairs CSV --images DIR   [--exclude CSV] [--json] [--report DIR]

  --pairs CSV    columns image_a,image_b,mated[,fold]; mated is 1 or 0; paths from --images
  --images DIR   the folder the paths start from; a path that leaves it is refused
  --exclude CSV  columns image[,reason]: label errata; figures are given with and without them
${shared}

The threshold at FMR f is the lowest that at most floor(f x n) non-mated pairs pass (score >= threshold). Accuracy uses,
for each fold, the threshold that is best on the other folds; without folds the best on the same pairs, which flatters.`

const identification = `facelane evaluate identification --gallery CSV --probes CSV --images DIR   [--fuse] [--exclude CSV]
facelane evaluate identification --from-pairs-folder DIR   [--enrol N] [--probes-after K] [--fuse] [--exclude CSV]
                                 [--json] [--report DIR]

  --gallery CSV  columns image,person: the references; several rows a person are several references
  --probes CSV   columns image,person: somebody of the gallery is a mated probe, anybody else a stranger
  --images DIR   the folder the paths start from; a path that leaves it is refused
  --from-pairs-folder DIR   one folder a person: of people with two or more images the first in name order is enrolled
                 and the others are probes; people with one image are strangers
  --enrol N      enrol the first N images instead of the first (default 1)
  --probes-after K   probes are the images after the K-th (default N): with K = 3 the probes are the same for N = 1, 2, 3
  --fuse         a person's references become one template, weighed by quality; else the best of them counts
  --exclude CSV  columns image[,reason]: label errata; figures are given with and without them
${shared}

The threshold at FPIR f is the lowest that at most floor(f x n) strangers' best scores pass. FNIR counts mated probes
whose person is not rank 1 with a score at or above it.`

const pad = `facelane evaluate pad --bona-fide CSV --attack CSV[,CSV…] --images DIR   [--sequences REGEX] [--threshold X]
                      [--json] [--report DIR]

  --bona-fide CSV    columns image,sequence,subject; frames of a sequence in the order of capture
  --attack CSV       the same columns, one table for each attack species; its base name is the species
  --images DIR       the folder the paths start from; a path that leaves it is refused
  --sequences REGEX  only sequences whose name matches, such as those of one session: '02$'
  --threshold X      instead of the shipped one, 0..1
${shared}

Per frame: the score against the threshold. Per sequence: the decision the lane would take over its frames; a sequence
that ends in doubt is not accepted. Frames without a face are given separately. Intervals are 95 % (Wilson).`

/** What `--help` prints for the words that stand before it. */
export function helpFor(args: readonly string[]): string {
  switch (args.find((word) => !word.startsWith('-'))) {
    case 'verification':
      return verification
    case 'identification':
      return identification
    case 'pad':
      return pad
    default:
      return evaluateHelp
  }
}
