// Small choices about the window itself. They hold until it is closed and are written nowhere.
export const preferences = $state({ quotes: true });
