import { z } from 'zod'
import type { PlanFile } from '#lib/plan/api/file/plan-file.ts'
import { plannedChangeSchema } from '#lib/plan/api/terms.ts'
import { PLAN_FRAGMENT } from '../../links/what-if-href.ts'

/** Plan in a link: the name of the file, its changes and its unknown parts, without the file's other content. */
export interface PlanInUrl {
  name: string
  read: PlanFile
}

const text = z.string().max(4_000)
const linkedPlanSchema = z.strictObject({
  name: text,
  read: z.strictObject({
    format: z.enum(['terraform', 'arm', 'terms']),
    terms: z.array(z.strictObject({ at: text, term: plannedChangeSchema })),
    unknown: z.array(z.strictObject({ at: text, attribute: text.nullable(), why: text })),
    without: z.int().min(0),
  }),
})

/** Maximum number of characters of a plan in a link, so that other programs do not cut off the URL. */
const MAX_LINK_CHARACTERS = 8_000
/** Maximum number of bytes of a plan after decompression, so that a forged link cannot fill the browser's memory. */
const MAX_PLAN_BYTES = 1_000_000

/** Returns the fragment of the URL for a plan, with compressed content; null if the plan is too large for a link. */
export async function encodePlanFragment(plan: PlanInUrl): Promise<string | null> {
  const packed = new Blob([JSON.stringify(plan)]).stream().pipeThrough(new CompressionStream('deflate-raw'))
  const bytes = new Uint8Array(await new Response(packed).arrayBuffer())
  if (bytes.length > MAX_LINK_CHARACTERS) return null
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
  const encoded = base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
  return encoded.length > MAX_LINK_CHARACTERS ? null : `${PLAN_FRAGMENT}${encoded}`
}

/** Returns the plan in a fragment of a URL; null if the fragment is damaged or its content is too large. */
export async function decodePlanFragment(fragment: string): Promise<PlanInUrl | null> {
  try {
    const base64 = fragment.slice(PLAN_FRAGMENT.length).replaceAll('-', '+').replaceAll('_', '/')
    const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0))
    const parts: BlobPart[] = []
    let size = 0
    for await (const part of new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'))) {
      size += part.byteLength
      if (size > MAX_PLAN_BYTES) return null
      parts.push(part)
    }
    return linkedPlanSchema.parse(JSON.parse(await new Blob(parts).text()))
  } catch {
    return null
  }
}
