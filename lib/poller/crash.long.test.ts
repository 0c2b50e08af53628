import { killWhileRecording } from './testing/kill-while-recording.ts'

/** A kill just after a start, and many in a row, meet other moments of a transaction. */
killWhileRecording([17, 3, 26, 1, 9, 40])
