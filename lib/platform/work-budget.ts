import { BundleSafeError } from './branded-error.ts'

/**
 * Error for a text whose processing would take more work or memory than is permitted. The message names the limit and
 * tells the user how to stay within it.
 */
export class TextLimitError extends BundleSafeError {
  static override readonly brand = 'TextLimitError'
}

/** Limit for one kind of work of a parser. */
interface WorkLimit {
  max: number
  /** message of the error: a sentence that names the limit and tells the user how to stay within it */
  message: string
}

/**
 * Counter of the work that the processing of one text takes. It ends the processing above a limit (ADR 0287). This is
 * necessary, because a short text can be deeply nested or cause much work and output. Steps are counted and not time,
 * so that the same text is refused on every machine.
 */
export class TextProcessingLimiter<Kind extends string> {
  readonly #limits: Readonly<Record<Kind, WorkLimit>>
  readonly #spent = new Map<Kind, number>()
  readonly #Refusal: new (
    message: string,
  ) => Error

  /**
   * @param limits maximum amount of each kind of work
   * @param Refusal class of the error above a limit; callers of the parser already handle this class
   */
  constructor(limits: Readonly<Record<Kind, WorkLimit>>, Refusal: new (message: string) => Error = TextLimitError) {
    this.#limits = limits
    this.#Refusal = Refusal
  }

  /**
   * Counts work of a kind. It must be called before the work is done.
   * @throws an error of the class `Refusal` if the sum exceeds the limit
   */
  spend(kind: Kind, amount = 1): void {
    const spent = (this.#spent.get(kind) ?? 0) + amount
    this.#spent.set(kind, spent)
    this.check(kind, spent)
  }

  /**
   * Compares a single size, for example a depth, with its limit.
   * @throws an error of the class `Refusal` if the size exceeds the limit
   */
  check(kind: Kind, size: number): void {
    const { max, message } = this.#limits[kind]
    if (size > max) throw new this.#Refusal(message)
  }
}

/**
 * Visits every value of parsed JSON, and the keys of its objects. It works without recursion, because a deeply nested
 * value would exhaust the stack.
 * @param onDepth called with the depth of each list and object before its members are visited; 1 = the root. It may
 *   throw to end the visit
 */
export function visitJson(
  root: unknown,
  {
    onDepth,
    onKey,
    onText,
  }: { onDepth: (depth: number) => void; onKey?: (key: string) => void; onText?: (text: string) => void },
): void {
  const values = [root]
  const depths = [1]
  while (values.length > 0) {
    const value = values.pop()
    const depth = depths.pop() ?? 0
    if (typeof value === 'string') onText?.(value)
    if (typeof value !== 'object' || value === null) continue
    onDepth(depth)
    if (onKey && !Array.isArray(value)) for (const key of Object.keys(value)) onKey(key)
    const members: readonly unknown[] = Array.isArray(value) ? value : Object.values(value)
    for (const member of members) {
      values.push(member)
      depths.push(depth + 1)
    }
  }
}
