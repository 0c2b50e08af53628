import type { Declared } from '#lib/poller/detection/types.ts'

export const NOTHING_DECLARED: Declared = { sites: [], mappings: [], policies: [], maintenance: [], watched: [] }
