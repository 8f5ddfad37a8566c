//! One folder a view of a trace. A view never knows which producer it shows.
