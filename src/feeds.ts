export type { FeedAddress } from './feeds/address.ts'
export { type SseFeedOptions, sseFeed } from './feeds/sse.ts'
export { type WebSocketFeedOptions, webSocketFeed } from './feeds/web-socket.ts'
export type { Feed, FeedMessage, FeedOpened } from './model/feed.ts'
