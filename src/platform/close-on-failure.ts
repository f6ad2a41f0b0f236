/** What is opened next over something that is open; when that fails, this is closed. */
export async function orClose<T>(below: { close(): Promise<void> }, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    await below.close();
    throw error;
  }
}
