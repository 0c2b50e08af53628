import { launch } from '../lib/platform/bootstrap/node-runtime.mjs'

/** `node bin/run.mjs NAME ...`: runs the program bin/NAME.ts, with a newer Node if the system's Node is too old. */
await launch(import.meta.url)
