import { launch } from '../lib/platform/bootstrap/node-runtime.mjs'

/** `npm test`, also in a fresh clone. Runs with a newer Node if the system's Node is too old. */
await launch(import.meta.url)
