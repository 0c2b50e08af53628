import { assumeCaller, OPEN_CALLER } from '../caller/caller.ts'

/**
 * Test setup: handlers that are called without a front server treat every request as that of the open-access caller.
 */
assumeCaller(OPEN_CALLER)
