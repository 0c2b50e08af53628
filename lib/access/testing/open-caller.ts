import { assumeCaller, OPEN_CALLER } from '../caller/caller.ts'

/** Handlers that a test asks without a front take it for whoever may do what open access allows. */
assumeCaller(OPEN_CALLER)
