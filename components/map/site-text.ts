import { SVG_FONT_SIZES } from '../ui/drawing/type-scale.ts'
import type { MapRow } from './map-model.ts'
import { formatProbe } from './probe-summary.ts'
import { wrapText } from '../ui/drawing/text-fit.ts'

/** Sizes in CSS px at the default font size of 16 px. */
export const siteTextSizes = {
  name: SVG_FONT_SIZES.name,
  nameLine: 17,
  detail: SVG_FONT_SIZES.text,
  detailLine: 16,
  padX: 9,
  padY: 7,
} as const

const MAX_NAME_LINES = 4
const MAX_DETAIL_LINES = 2

/**
 * Returns the text of an on-premises end, split into lines that fit its box, the lines about tests towards it, and the
 * height of all lines with margins.
 */
export function layOutSiteText({ site, probe }: Pick<MapRow, 'site' | 'probe'>, width: number) {
  const inner = width - 2 * siteTextSizes.padX
  const detail = wrapText(site.status?.word ?? site.detail, inner, siteTextSizes.detail, MAX_DETAIL_LINES)
  const name = wrapText(site.name, inner, siteTextSizes.name, MAX_NAME_LINES)
  const below = [...detail.map((text) => ({ text, tone: site.status?.tone ?? null })), ...formatProbe(probe)]
  const text = name.length * siteTextSizes.nameLine + below.length * siteTextSizes.detailLine
  return { name, below, height: text + 2 * siteTextSizes.padY }
}
