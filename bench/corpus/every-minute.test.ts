import { corpus } from './corpus.ts'
import { holdToTruth } from './testing/hold-to-truth.ts'

/** The catalogue's faults with tables of a usual size: the rest of the corpus at all intervals is `npm run bench detection`. */
const usualFaults = corpus.filter(({ id }) => Number(id.slice(1)) < 40 && !['S16', 'S17'].includes(id))

holdToTruth(60, usualFaults)
