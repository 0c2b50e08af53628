import { BundleSafeError } from '#lib/platform/branded-error.ts'

/** Error for a request body whose content type is not JSON. Its message contains the expected type. */
export class MediaTypeError extends BundleSafeError {
  static override readonly brand = 'MediaTypeError'

  constructor(type: string | null) {
    super(
      `The body ${type === null ? 'has no type' : `is ${type.slice(0, 100)}`}: send content-type: application/json.`,
    )
  }
}
