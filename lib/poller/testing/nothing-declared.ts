import type { DetectionDeclarations } from '#lib/poller/detection/types.ts'

export const NOTHING_DECLARED: DetectionDeclarations = {
  sites: [],
  mappings: [],
  policies: [],
  maintenance: [],
  watched: [],
}
