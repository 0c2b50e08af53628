import { playLive } from './testing/play-live.ts'

playLive(['S01', 'S20', 'S43'])
