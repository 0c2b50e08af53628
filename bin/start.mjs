import { launchProgram } from '../lib/platform/bootstrap/node-runtime.mjs'

/**
 * `npm start`: installs, builds and starts everything, also in a fresh clone. It can be started with Node 18 or later,
 * and continues with Node 24 (ADR 0001).
 */
await launchProgram(import.meta.url)
