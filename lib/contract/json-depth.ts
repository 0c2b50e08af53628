/**
 * Returns the maximum nesting depth of a JSON text without parsing it. Callers refuse a text that is too deep before a
 * recursive parser overflows its stack.
 */
export function measureJsonDepth(text: string): number {
  let [depth, deepest, isQuoted] = [0, 0, false]
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i]
    if (isQuoted) {
      if (char === '\\') i += 1
      else if (char === '"') isQuoted = false
    } else if (char === '"') isQuoted = true
    else if (char === '{' || char === '[') deepest = Math.max(deepest, (depth += 1))
    else if (char === '}' || char === ']') depth -= 1
  }
  return deepest
}
