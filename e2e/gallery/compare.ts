import sharp from 'sharp'

/** Maximum difference of a color channel that is not visible, such as the rounding of an edge. */
const SAME = 24
/** Maximum share of a picture's pixels that may differ. */
const MAX_SHARE = 0.001

interface Pixels {
  width: number
  height: number
  data: Buffer
}

const pixelsOf = async (picture: Buffer): Promise<Pixels> => {
  const { data, info } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, data }
}

/** Returns a description of the visible difference between two pictures; null = no visible difference. */
export async function describePictureDifference(before: Buffer, now: Buffer): Promise<string | null> {
  const [a, b] = await Promise.all([pixelsOf(before), pixelsOf(now)])
  if (a.width !== b.width || a.height !== b.height)
    return `${b.width} × ${b.height} px instead of ${a.width} × ${a.height}`
  let differing = 0
  for (let at = 0; at < a.data.length; at += 3) {
    const most = Math.max(
      ...[0, 1, 2].map((channel) => Math.abs((a.data[at + channel] ?? 0) - (b.data[at + channel] ?? 0))),
    )
    if (most > SAME) differing++
  }
  const share = differing / (a.width * a.height)
  return share > MAX_SHARE ? `${differing} pixels differ, ${(share * 100).toFixed(2)} %` : null
}

/** Converts a picture to its stored form: lossless WebP, which is a third smaller than PNG. */
export const convertPngToStoredWebp = (png: Buffer): Promise<Buffer> =>
  sharp(png).webp({ lossless: true, effort: 6 }).toBuffer()
