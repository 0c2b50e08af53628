import { launchProgram } from '../lib/platform/bootstrap/node-runtime.mjs'

/** `npm test`: runs the tests, also in a fresh clone. If the installed Node is too old, they run with a newer one. */
await launchProgram(import.meta.url)
