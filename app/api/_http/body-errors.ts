import { BrandedError } from '#lib/platform/branded-error.ts'

/** A body is of another type than JSON; the message says what to send. */
export class MediaTypeError extends BrandedError {
  static override readonly brand = 'MediaTypeError'

  constructor(type: string | null) {
    super(
      `The body ${type === null ? 'has no type' : `is ${type.slice(0, 100)}`}: send content-type: application/json.`,
    )
  }
}
