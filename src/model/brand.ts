declare const brand: unique symbol;

/** A value of type T that has passed the one maker of `Name`; casts to it stand in `model/` only. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
