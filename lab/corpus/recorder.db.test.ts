import { holdToHistory } from './testing/hold-to-history.ts'

// a changed configuration, and sessions that end with it; recorder.long.test.ts plays more
holdToHistory(['S14'])
