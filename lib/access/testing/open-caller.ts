import { setCallerForTests, OPEN_ACCESS_CALLER } from '../caller/caller.ts'

/**
 * Test setup: handlers that are called without a front server treat every request as that of the open-access caller.
 */
setCallerForTests(OPEN_ACCESS_CALLER)
