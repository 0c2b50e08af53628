import { killWhileRecording } from './testing/kill-while-recording.ts'

killWhileRecording()
