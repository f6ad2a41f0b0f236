/** What a person can do about a server that nobody answers at. */
export const unreachableCure = "Start the server, mend --base-url, or add its host to NO_PROXY if a proxy stands in the way.";
