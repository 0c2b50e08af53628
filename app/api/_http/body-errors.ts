import { BrandedError } from '#lib/platform/branded-error.ts'

/** Thrown if a body has a content type other than JSON. The message contains the type to send. */
export class MediaTypeError extends BrandedError {
  static override readonly brand = 'MediaTypeError'

  constructor(type: string | null) {
    super(
      `The body ${type === null ? 'has no type' : `is ${type.slice(0, 100)}`}: send content-type: application/json.`,
    )
  }
}
