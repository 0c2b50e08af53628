export { createFrontServer } from './front-server.ts'
export type { WebAddress } from './own-addresses.ts'
export { PROBLEM_HEADERS, problemText } from './problem.ts'
export { MAX_BODY_BYTES } from './refusal.ts'
