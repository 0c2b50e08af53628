import { corpusScenarios } from './corpus.ts'
import { holdToTruth } from './testing/hold-to-truth.ts'

/** The whole corpus at the intervals of `npm run bench detection`. `npm test` plays a thirtieth of it, and only at 300 s. */
for (const seconds of [10, 30, 60, 300]) holdToTruth(seconds, corpusScenarios)
