import { playLive } from './testing/play-live.ts'

playLive(['S01', 'S06', 'S20', 'S24', 'S40', 'S43'])
