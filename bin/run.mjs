import { launch } from '../lib/platform/bootstrap/node-runtime.mjs'

/** `node bin/run.mjs NAME ...`: runs the program bin/NAME.ts, with the Node that it needs where the system's is older. */
await launch(import.meta.url)
