import { corpus } from './corpus.ts'
import { holdToTruth } from './testing/hold-to-truth.ts'

/** The whole corpus at the cadences of `npm run bench detection` that the short run plays in part or not at all. */
for (const seconds of [10, 30, 60]) holdToTruth(seconds, corpus)
