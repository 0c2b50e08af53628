/**
 * Base class of errors that `instanceof` recognizes by a brand (a unique name) instead of the class object (ADR 0203).
 * Bundlers create several copies of a module, and each copy has its own class objects. An error that another copy threw
 * would therefore not be recognized. Class names cannot be compared, because builds shorten them. Subclasses without a
 * brand are compared as usual.
 */
export abstract class BundleSafeError extends Error {
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
