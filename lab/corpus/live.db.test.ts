import { playLive } from './testing/play-live.ts'

playLive(['S01'])
