import { setFlagsFromString } from 'node:v8'

/**
 * Keeps the process's memory near what is live. Without it V8 lets garbage pile up to several times that: a worker with four circuits, of
 * whose heap 70 MB are live, took 400 to 550 MB, and 230 with it (docs/performance.md). It is no limit: a larger estate gets what it needs.
 * To be imported before anything else, since loading the modules makes the first garbage.
 */
setFlagsFromString('--optimize-for-size')
