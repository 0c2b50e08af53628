import { launch } from '../lib/platform/bootstrap/node-runtime.mjs'

/** `npm test`, on a fresh clone too, with the Node that it needs where the system's is older. */
await launch(import.meta.url)
