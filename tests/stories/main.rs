mod visitor;
mod device;
