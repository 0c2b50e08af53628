import { launch } from '../lib/platform/bootstrap/node-runtime.mjs'

/**
 * `npm start`: installs, builds and starts everything, from a fresh clone. It runs on any Node from 18, and continues
 * on Node 24 (ADR 0001).
 */
await launch(import.meta.url)
