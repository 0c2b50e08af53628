import { corpus } from './corpus.ts'
import { holdToTruth } from './testing/hold-to-truth.ts'

holdToTruth(300, corpus)
