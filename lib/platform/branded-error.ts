/**
 * Base class of errors that `instanceof` recognizes by a brand. Bundlers create several copies of a module, so an
 * object that is shared by the whole process, such as the queue of queries, may throw the class of another copy, which
 * plain `instanceof` does not recognize. Class names cannot be compared, because builds shorten them. A class without
 * its own brand is compared as usual (ADR 0203).
 */
export abstract class BrandedError extends Error {
  /** unique name of the error class in the product; also the `name` of its errors */
  static readonly brand: string

  constructor(message?: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.brand
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    if (!Object.hasOwn(this, 'brand')) return Function.prototype[Symbol.hasInstance].call(this, value)
    if (typeof value !== 'object') return false
    for (let one = value && Object.getPrototypeOf(value); one; one = Object.getPrototypeOf(one)) {
      const made = one.constructor as { brand?: unknown } | undefined
      if (made && Object.hasOwn(made, 'brand') && made.brand === this.brand) return true
    }
    return false
  }
}
