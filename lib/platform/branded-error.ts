/**
 * Base class of errors that are recognized by a brand, whichever copy of their module created them. Bundlers create
 * several copies of a module: an object that is shared by the whole process, such as the queue of queries, throws the
 * class of its own copy, which is a different class to `instanceof`. Class names cannot be compared, because builds
 * shorten them. `instanceof` compares the brand of a class that has one, so that it works across copies. A class
 * without its own brand is compared as usual (ADR 0203).
 */
export abstract class BrandedError extends Error {
  /** unique in the product and different for each class; it is the `name` of the error too */
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
