// Placeholder of the skeleton; replaced by the module.
