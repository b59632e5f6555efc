declare const brand: unique symbol

/** Identifies an event; opaque, 1 to 64 characters. */
export type EventId = string & { readonly [brand]?: 'EventId' }
/** The public id of a user, as the API knows them; opaque, 1 to 64 characters. */
export type UserId = string & { readonly [brand]?: 'UserId' }
/** Identifies an uploaded file; opaque. */
export type FileId = string & { readonly [brand]?: 'FileId' }

/** The longest id the store takes from the app. The API's user ids end at 50, its own ids at 24. */
export const MAX_ID_LENGTH = 64
