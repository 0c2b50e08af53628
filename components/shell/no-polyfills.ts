/** In place of what Next.js adds to older browsers (next.config.mjs). */
export {}
