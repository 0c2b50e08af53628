import { launchProgram } from '../lib/platform/bootstrap/node-runtime.mjs'

/**
 * `node bin/run.mjs NAME ...`: runs the program bin/NAME.ts. If the installed Node is too old, the program runs with a
 * newer one.
 */
await launchProgram(import.meta.url)
