/** Until there is a sign-in, whoever reaches the API is one and the same. */
export const LOCAL_ACTOR = 'local'
